import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/** Makes an accessibility check of a page, which lists violations alone. */
export const makeAxe = (page: Page): AxeBuilder =>
  new AxeBuilder({ page })
    // Legacy mode: axe otherwise opens a second page per check, for frames of other origins. These pages have none.
    .setLegacyMode()
    // By default, axe writes a selector for each element of each rule that holds, which takes most of its time.
    .options({ resultTypes: ["violations"] });
