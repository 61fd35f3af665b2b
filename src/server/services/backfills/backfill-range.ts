import { z } from "zod";

export const BackfillRange = z.object({ triggerId: z.string().min(1).max(100), from: z.date(), to: z.date() });
export type BackfillRange = z.infer<typeof BackfillRange>;
