import { useState, type ComponentType } from "react";
import { makeLazyCode } from "@/lib/lazy-code";
import { loadOnFirstInteraction } from "@/lib/load-on-first-interaction";

/** The wish of a person who used a control before its code was there. */
export type UseBeforeLoad = "nothing" | "focus" | "open";

/** The events of a person that the early form of a control reports. */
export type EarlyControlProps = { onFocus: () => void; onBlur: () => void; onClick: () => void };

/**
 * Makes a control from its early form, which the first script holds, and its full form, which loads at the first sign
 * of a person. The full form takes the place of the early one with its focus, or opens if the person pressed it.
 * @param options isPlaceholder: the early form shows nothing, so the full form loads as soon as one is on the page
 */
export function makeLazyControl<Props extends object>(
  fetchCode: () => Promise<ComponentType<Props & { wish: UseBeforeLoad }>>,
  Early: ComponentType<Props & EarlyControlProps>,
  { isPlaceholder = false }: { isPlaceholder?: boolean } = {},
): ComponentType<Props> {
  const code = makeLazyCode(async () => {
    const Full = await fetchCode();
    await pointerIsUp();
    return { Full };
  });
  loadOnFirstInteraction(code.load);
  return function LazyControl(props: Props) {
    const [wish, setWish] = useState<UseBeforeLoad>("nothing");
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

let isDown = false;
if (typeof window !== "undefined") {
  window.addEventListener("pointerdown", () => (isDown = true), { capture: true, passive: true });
  for (const end of ["pointerup", "pointercancel"])
    window.addEventListener(end, () => (isDown = false), { capture: true, passive: true });
}

/** Waits for the end of a press: its click must reach the element that it began on. */
async function pointerIsUp(): Promise<void> {
  while (isDown) await new Promise((resolve) => setTimeout(resolve, 16));
  await new Promise((resolve) => setTimeout(resolve, 0));
}
