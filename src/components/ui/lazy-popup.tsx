import type { ComponentType } from "react";
import { makeLateCode } from "@/lib/late-code";
import { loadOnFirstUse } from "@/lib/load-on-first-use";

/**
 * Makes a component of a popup whose code is not part of the page's first script. The code loads at the first sign of a
 * person. Render it only once the popup is open.
 */
export function makeLazyPopup<Props extends object>(
  fetchCode: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  const code = makeLateCode(async () => ({ Popup: await fetchCode() }));
  loadOnFirstUse(code.load);
  return function LazyPopup(props: Props) {
    const loaded = code.use(true);
    return loaded && <loaded.Popup {...props} />;
  };
}
