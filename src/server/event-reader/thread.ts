import { serveTasks } from "../compute/serve-tasks";
import { readBody, type ReadingTask } from "./read-body";

serveTasks((task: ReadingTask) => readBody(task, () => false));
