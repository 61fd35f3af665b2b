import { answerThreadTasks } from "../compute/answer-thread-tasks";
import { readBodyOfProtocol, type ReadingTask } from "./read-body-of-protocol";

answerThreadTasks((task: ReadingTask) => readBodyOfProtocol(task, () => false));
