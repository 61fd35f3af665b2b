import { Monitor, Moon, Sun } from "lucide-react";
import { useTheme } from "next-themes";
import { useHydrated } from "@/lib/use-hydrated";

/** The themes that a person can choose for this browser. `system` follows the setting of the operating system. */
export const themeChoices = [
  { value: "light", label: "Light", icon: <Sun aria-hidden /> },
  { value: "dark", label: "Dark", icon: <Moon aria-hidden /> },
  { value: "system", label: "System", icon: <Monitor aria-hidden /> },
] as const;
type Theme = (typeof themeChoices)[number];

/** Returns the chosen theme, and a function that chooses another one. The theme is `system` until hydration. */
export function useThemeChoice(): { theme: Theme; chooseTheme: (value: Theme["value"]) => void } {
  const { theme, setTheme } = useTheme();
  // Only the browser knows the chosen theme.
  const isKnown = useHydrated();
  const chosen = isKnown ? themeChoices.find(({ value }) => value === theme) : undefined;
  return { theme: chosen ?? themeChoices[2], chooseTheme: setTheme };
}
