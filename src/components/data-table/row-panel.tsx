"use client";

import { useState, type ReactNode } from "react";
import { Sheet } from "../ui/sheet";
import { findRowLink } from "./use-row-keys";

type RowPanelProps = {
  /** the key of the row that it shows; null closes it */
  rowKey: string | null;
  onClose: () => void;
  title: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  footer?: ReactNode;
  size?: "md" | "lg";
  children: ReactNode;
};

/**
 * The panel of the row of a `DataTable` beside it. The table stays usable: J and K show the next row, Esc closes the
 * panel and gives the focus to the row.
 */
export function RowPanel({ rowKey, onClose, size = "lg", ...sheet }: RowPanelProps) {
  // By the time the focus goes back, the row is no longer the chosen one.
  const [lastKey, setLastKey] = useState(rowKey);
  if (rowKey !== null && rowKey !== lastKey) setLastKey(rowKey);
  return (
    <Sheet
      open={rowKey !== null}
      onOpenChange={(open) => !open && onClose()}
      isModal={false}
      size={size}
      finalFocus={() => (lastKey === null ? null : findRowLink(lastKey))}
      {...sheet}
    />
  );
}
