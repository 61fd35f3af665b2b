import { serveTasks } from "../compute/serve-tasks";
import { readEvents } from "./read-events";
import type { ReadingTask } from "./event-reader";

serveTasks(({ body, input }: ReadingTask) => readEvents(body, input, () => false));
