"use client";

import type { ReactNode } from "react";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { Tooltip } from "@base-ui/react/tooltip";
import { ThemeProvider } from "next-themes";
import { Toaster } from "./ui/toast";

/** What the components need around them: the theme, a delay that tooltips share, toasts. `nonce` is the page's. */
export function UiProvider({ nonce, children }: { nonce?: string; children: ReactNode }) {
  return (
    <ThemeProvider attribute="class" defaultTheme="system" enableSystem disableTransitionOnChange nonce={nonce}>
      <CSPProvider nonce={nonce} disableStyleElements>
        <Tooltip.Provider delay={400} closeDelay={0}>
          {children}
          <Toaster />
        </Tooltip.Provider>
      </CSPProvider>
    </ThemeProvider>
  );
}
