import type { ComponentType } from "react";
import { lateCode } from "@/lib/late-code";
import { loadOnUse } from "@/lib/load-on-use";

/**
 * Makes a component of a popup whose code is not part of the page's first script. The code loads at the first sign of a
 * person. Render it only once the popup is open.
 */
export function lazyPopup<Props extends object>(fetchCode: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const code = lateCode(async () => ({ Popup: await fetchCode() }));
  loadOnUse(code.load);
  return function LazyPopup(props: Props) {
    const loaded = code.use(true);
    return loaded && <loaded.Popup {...props} />;
  };
}
