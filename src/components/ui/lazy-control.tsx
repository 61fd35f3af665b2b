import { useState, type ComponentType } from "react";
import { makeLazyCodeLoader } from "@/lib/lazy-code";
import { loadOnFirstInteraction } from "@/lib/load-on-first-interaction";
import { runOutsidePress } from "@/lib/pointer-press";

/** The use of a control before its script had loaded: `focus` means focused, `open` means clicked. */
export type EarlyControlUse = "nothing" | "focus" | "open";

/** The event handlers that the simple version of a control must call before the full script has loaded. */
export type EarlyControlHandlers = { onFocus: () => void; onBlur: () => void; onClick: () => void };

/**
 * Makes a component with a simple and a full version. The page's first script contains the simple version. The full
 * version loads when a person first uses the page, and then replaces the simple version. If the simple version has the
 * focus, the full version takes it over. If the person clicked the simple version, the full version opens.
 * @param options isPlaceholder: the simple version is only a grey placeholder, so the full version loads as soon as one
 * is rendered
 */
export function makeLazyControl<Props extends object>(
  fetchCode: () => Promise<ComponentType<Props & { wish: EarlyControlUse }>>,
  Early: ComponentType<Props & EarlyControlHandlers>,
  { isPlaceholder = false }: { isPlaceholder?: boolean } = {},
): ComponentType<Props> {
  const code = makeLazyCodeLoader(async () => {
    const Full = await fetchCode();
    // Replacing an element during a press would lose the click.
    await new Promise<void>(runOutsidePress);
    return { Full };
  });
  loadOnFirstInteraction(code.load);
  return function LazyControl(props: Props) {
    const [wish, setWish] = useState<EarlyControlUse>("nothing");
    const loaded = code.use(isPlaceholder || wish !== "nothing");
    if (loaded) return <loaded.Full {...props} wish={wish} />;
    return (
      <Early
        {...props}
        onFocus={() => setWish((before) => (before === "open" ? before : "focus"))}
        onBlur={() => setWish("nothing")}
        onClick={() => setWish("open")}
      />
    );
  };
}
