"use client";

import { useQuery } from "@tanstack/react-query";
import { useFormContext, type FieldPath } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { ButtonLink } from "@/components/ui/button-link";
import { useTRPC } from "@/lib/trpc/client";
import type { ActionFormValues } from "./types";

/**
 * A button that puts the URL of the project's built-in test endpoint into the URL field, with a link to the requests
 * that the endpoint received.
 */
export function UseTestEndpointButton({ projectId, name }: { projectId: string; name: FieldPath<ActionFormValues> }) {
  const trpc = useTRPC();
  const { setValue } = useFormContext<ActionFormValues>();
  const { data } = useQuery(trpc.testEndpoint.get.queryOptions({ projectId }));
  return (
    <div className="-mt-3 flex flex-wrap items-center gap-2">
      <Button
        size="sm"
        variant="ghost"
        disabled={!data}
        onClick={() => data && setValue(name, data.url, { shouldDirty: true, shouldValidate: true })}
      >
        Use the test endpoint
      </Button>
      <ButtonLink href={`/projects/${projectId}/test-endpoint`} target="_blank" size="sm" variant="ghost">
        See what it received
      </ButtonLink>
    </div>
  );
}
