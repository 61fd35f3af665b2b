"use client";

import { useEffect, useEffectEvent, useRef, type RefObject } from "react";
import { isKeyForField } from "@/lib/is-key-for-field";

/** The attribute on the link of a row. Its value is the row's key. */
export const ROW_LINK_ATTRIBUTE = "data-row-link";

type RowKeys = {
  activeKey: string | null;
  rowCount: number;
  /** loads more rows; undefined if there are none */
  onReachEnd: (() => void) | undefined;
  /** called when X is pressed on a row */
  onToggle: ((key: string) => void) | undefined;
};

/**
 * Moves through the rows of a table with J and K. While a panel is open, they show the next row's panel. Otherwise they
 * move the focus, and Enter opens the focused row. J on the last row loads more rows and moves on once they arrive. X
 * chooses the row.
 */
export function useRowNavigation(table: RefObject<HTMLElement | null>, options: RowKeys): void {
  const { activeKey, rowCount } = options;
  const isGoingOn = useRef(false);
  const linksOf = () => [...(table.current?.querySelectorAll<HTMLAnchorElement>(`[${ROW_LINK_ATTRIBUTE}]`) ?? [])];
  const currentOf = (links: readonly HTMLAnchorElement[]): number =>
    links.findIndex((link) =>
      activeKey === null
        ? link.closest("tr")?.contains(document.activeElement)
        : link.getAttribute(ROW_LINK_ATTRIBUTE) === activeKey,
    );
  const goTo = (link: HTMLAnchorElement): void => {
    link.scrollIntoView({ block: "nearest" });
    if (activeKey === null) link.focus();
    else link.click();
  };
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (!["j", "k", "x"].includes(event.key) || isKeyForField(event)) return;
    const links = linksOf();
    const current = currentOf(links);
    if (event.key === "x") {
      const key = links[current]?.getAttribute(ROW_LINK_ATTRIBUTE);
      if (key) options.onToggle?.(key);
      return;
    }
    const next = links[event.key === "j" ? current + 1 : Math.max(current - 1, 0)];
    if (next) {
      event.preventDefault();
      goTo(next);
    } else if (event.key === "j" && links.length > 0 && options.onReachEnd) {
      isGoingOn.current = true;
      options.onReachEnd();
    }
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
  const goOn = useEffectEvent(() => {
    const links = linksOf();
    const next = links[currentOf(links) + 1];
    if (isGoingOn.current && next) goTo(next);
    if (next) isGoingOn.current = false;
  });
  useEffect(() => goOn(), [rowCount]);
}

/** Finds the link of a row. The link gets the focus when the row's panel closes. */
export function findRowLink(key: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[${ROW_LINK_ATTRIBUTE}="${CSS.escape(key)}"]`);
}

/** Opens the row before or after an open row, as K and J do. */
export function openAdjacentRow(key: string, by: -1 | 1): void {
  const links = [...document.querySelectorAll<HTMLElement>(`[${ROW_LINK_ATTRIBUTE}]`)];
  const current = links.findIndex((link) => link.getAttribute(ROW_LINK_ATTRIBUTE) === key);
  const next = current === -1 ? undefined : links[current + by];
  next?.scrollIntoView({ block: "nearest" });
  next?.click();
}
