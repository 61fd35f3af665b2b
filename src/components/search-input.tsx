"use client";

import { useEffect, useState } from "react";
import { Search } from "lucide-react";
import { Input } from "./ui/input";

/** The pause after the last keystroke before the search begins, ms. */
const PAUSE_MS = 300;

type SearchInputProps = {
  value: string;
  /** called after the pause, and at once on Enter */
  onValueChange: (value: string) => void;
  "aria-label": string;
  placeholder?: string;
  className?: string;
};

/** A search field that searches while somebody types. */
export function SearchInput({ value, onValueChange, placeholder, className, ...aria }: SearchInputProps) {
  const [draft, setDraft] = useState(value);
  const [shown, setShown] = useState(value);
  // The value was changed from outside, by a link or a cleared filter.
  if (shown !== value) {
    setShown(value);
    setDraft(value);
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
      prefix={<Search aria-hidden />}
      onChange={(event) => setDraft(event.target.value)}
      onKeyDown={(event) => event.key === "Enter" && onValueChange(draft.trim())}
      className={className}
    />
  );
}
