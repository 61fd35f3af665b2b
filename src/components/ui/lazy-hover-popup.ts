import { makeLazyPopup } from "./lazy-popup";

/** The popup of tooltips and hover cards, loaded when first needed. Both use the same script. */
export const LazyHoverPopup = makeLazyPopup(() => import("./hover-popup").then((module) => module.HoverPopup));
