import { chartOutcomes, countOutcomesOfPoint, formatErrorRate } from "./chart-scale";
import type { OverviewFigures } from "./types";

/** Lists the numbers of a chart in a table for screen readers. Intervals without any outcome are left out. */
export function ChartTable({ points, stepMs }: { points: OverviewFigures["points"]; stepMs: number }) {
  const filled = points.filter((point) => countOutcomesOfPoint(point) > 0);
  return (
    <div className="sr-only">
      <table>
        <caption>
          {`Deliveries by outcome, in steps of ${stepMs / 60_000} minutes; steps without any are left out`}
        </caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            {chartOutcomes.map(({ key, label }) => (
              <th key={key} scope="col">
                {label}
              </th>
            ))}
            <th scope="col">Error rate</th>
          </tr>
        </thead>
        <tbody>
          {filled.map((point) => (
            <tr key={point.at.getTime()}>
              <th scope="row">{point.at.toISOString().slice(0, 16).replace("T", " ")} UTC</th>
              {chartOutcomes.map(({ key }) => (
                <td key={key}>{point[key]}</td>
              ))}
              <td>{formatErrorRate(point)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
