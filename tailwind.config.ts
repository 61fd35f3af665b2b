import type { Config } from "tailwindcss";

/** `@config` in src/app/globals.css loads this file. The colours, type sizes and radii are CSS variables there. */
export default {
  content: ["./src/app/**/*.{ts,tsx}", "./src/components/**/*.{ts,tsx}", "./src/features/**/*.{ts,tsx}"],
  theme: {
    extend: {
      keyframes: {
        pulse: { "50%": { opacity: "0.45" } },
        ping: { "75%, 100%": { transform: "scale(2.2)", opacity: "0" } },
        arrive: { from: { backgroundColor: "var(--accent-soft)" } },
        slide: { from: { transform: "translateX(-100%)" }, to: { transform: "translateX(400%)" } },
      },
      animation: {
        pulse: "pulse 1.8s ease-in-out infinite",
        ping: "ping 1.6s cubic-bezier(0, 0, 0.2, 1) infinite",
        arrive: "arrive 1.5s ease-out 1",
        slide: "slide 1.4s ease-in-out infinite",
      },
      // Lists use the width up to 1,920 px. A form has a column of 720 px and may have a rail of 380 px beside it. A
      // table of the settings has the width of a form with its rail, because its rows end in buttons.
      maxWidth: { page: "120rem", form: "45rem", "form-page": "70.25rem" },
    },
  },
} satisfies Config;
