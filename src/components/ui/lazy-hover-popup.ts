import { makeLazyPopup } from "./lazy-popup";

/**
 * The popup of tooltips and hover cards, which use the same script. The script loads when a person first uses the page.
 */
export const LazyHoverPopup = makeLazyPopup(() => import("./hover-popup").then((module) => module.HoverPopup));
