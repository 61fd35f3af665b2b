/** The title of an execution: its trigger, an arrow and its action. Names in any script keep this order. */
export function ExecutionTitle({ trigger, action }: { trigger: { name: string }; action: { name: string } }) {
  return (
    <>
      <bdi>{trigger.name}</bdi> → <bdi>{action.name}</bdi>
    </>
  );
}
