import { makeLazyPopup } from "./lazy-popup";

/** The popup of tooltips and cards. Tooltips and cards share one script. */
export const LazyHoverPopup = makeLazyPopup(() => import("./hover-popup").then((module) => module.HoverPopup));
