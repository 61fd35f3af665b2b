"use client";

import { useEffect, useState } from "react";
import { Search } from "lucide-react";
import { SEARCH_LENGTH_MAX } from "@/lib/url-params";
import { Input } from "./ui/input";

/** How long after the last keystroke the search starts, in ms. */
const PAUSE_MS = 300;

type SearchInputProps = {
  value: string;
  /** called 300 ms after the last keystroke, and at once on Enter */
  onValueChange: (value: string) => void;
  "aria-label": string;
  placeholder?: string;
  className?: string;
};

/** A search field that searches while somebody types. */
export function SearchInput({ value, onValueChange, placeholder, className, ...aria }: SearchInputProps) {
  const [draft, setDraft] = useState(value);
  const [shown, setShown] = useState(value);
  // A link or a cleared filter replaces the text. The field's own search leaves it, with a space at its end.
  if (shown !== value) {
    setShown(value);
    if (draft.trim() !== value) setDraft(value);
  }
  useEffect(() => {
    if (draft.trim() === value) return;
    const timer = setTimeout(() => onValueChange(draft.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft, value, onValueChange]);
  return (
    <Input
      type="search"
      aria-label={aria["aria-label"]}
      placeholder={placeholder}
      value={draft}
      maxLength={SEARCH_LENGTH_MAX}
      prefix={<Search aria-hidden />}
      onChange={(event) => setDraft(event.target.value)}
      onKeyDown={(event) => event.key === "Enter" && onValueChange(draft.trim())}
      className={className}
    />
  );
}
