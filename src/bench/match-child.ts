import {
  chooseObservationCountForContender,
  makeMatchContender,
  type MatchContender,
  type MatchContenderName,
} from "./match-contenders";
import { computeQuantile } from "./figures";

/*
 * Times one implementation of matching in a separate process, free of the memory and compiled code of the others.
 * CONTENDER and COUNT name the implementation and the number of filters. It sends the result to its parent:
 * microseconds an event.
 */

/** The approximate duration of all rounds of the bench together, in ms. At least ROUNDS_MIN rounds run. */
const TIME_MS = Number(process.env.TIME_MS ?? 1_500);
const ROUNDS_MIN = 5;

const name = process.env.CONTENDER as MatchContenderName;
const count = Number(process.env.COUNT);
process.send!(await time(makeMatchContender(name, count), chooseObservationCountForContender(name, count)));

/** Returns the median over rounds of the time for one observation, in µs. A round matches each observation once. */
async function time(contender: MatchContender, events: number): Promise<number> {
  const rounds: number[] = [];
  const until = performance.now() + TIME_MS;
  while (rounds.length < ROUNDS_MIN || performance.now() < until) {
    const from = performance.now();
    for (let event = 0; event < events; event++) {
      const answer = contender(event);
      if (answer instanceof Promise) await answer;
    }
    rounds.push(((performance.now() - from) * 1_000) / events);
  }
  return computeQuantile(rounds, 0.5);
}
