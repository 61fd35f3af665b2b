"use client";

import { useState, type ReactNode } from "react";
import { Sheet } from "../ui/sheet";
import { findRowLink } from "./use-row-keys";

type RowPanelProps = {
  /** the key of the row that the panel shows; null closes the panel */
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
 * The panel beside a `DataTable` for one row. The table stays usable: J and K show the next row. Esc closes the panel
 * and returns the focus to the row.
 */
export function RowPanel({ rowKey, onClose, size = "lg", ...sheet }: RowPanelProps) {
  // When the focus returns to the row, the row is no longer the active one.
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
