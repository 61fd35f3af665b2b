"use client";

import type { ComponentProps } from "react";
import { EditTriggerPage } from "@/features/triggers/edit-trigger-page";
import { useRenderNewActionSheet } from "./use-render-new-action-sheet";

/** Shows the page of a trigger. A side sheet lets the person create an action without leaving the page. */
export function EditTriggerWithActionSheet(props: Omit<ComponentProps<typeof EditTriggerPage>, "newAction">) {
  return <EditTriggerPage {...props} newAction={useRenderNewActionSheet(props.projectId)} />;
}
