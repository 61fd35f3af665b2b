import { AppError } from "@/server/errors";

export const draftNotOpenError = (state: string): AppError =>
  new AppError("CONFLICT", `This draft is ${state}, so it cannot be changed any more. Ask for a new one.`);
