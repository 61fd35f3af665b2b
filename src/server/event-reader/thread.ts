import { answerThreadTasks } from "../compute/answer-thread-tasks";
import { readBodyOfProtocol, type BodyReadTask } from "./read-body-of-protocol";

answerThreadTasks((task: BodyReadTask) => readBodyOfProtocol(task, () => false));
