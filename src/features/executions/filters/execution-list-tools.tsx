"use client";

import { useState } from "react";
import dynamic from "next/dynamic";
import { Columns3, Download, Star } from "lucide-react";
import { DropdownMenu, MenuGroup, MenuItem, MenuRadioGroup, MenuSeparator } from "@/components/ui/dropdown-menu";
import { IconButton } from "@/components/ui/icon-button";
import { rowDensities, setRowDensity, parseRowDensity, type RowDensity } from "@/lib/look-cookies";
import { usePermissions } from "@/lib/trpc/use-permissions";
import { useWasOpened } from "@/lib/use-was-opened";
import { executionColumns } from "../columns";
import { toExecutionListInput, type ExecutionParams } from "../search-params";

const SaveViewDialog = dynamic(() => import("./save-view-dialog").then((module) => module.SaveViewDialog), {
  ssr: false,
});

type ListToolsProps = {
  projectId: string;
  params: ExecutionParams;
  /** the ids of the visible columns */
  columns: readonly string[];
  /** the visible columns with their widths, as a saved view stores them: `id` or `id:width` */
  columnNames: readonly string[];
  onToggleColumn: (id: string) => void;
};

const densityLabels: Record<RowDensity, string> = { compact: "Compact", normal: "Normal", comfortable: "Comfortable" };

/**
 * Buttons for the whole list of executions: choose the columns, set the row height, export, and save the filters as a
 * view.
 */
export function ExecutionListTools({ projectId, params, columns, columnNames, onToggleColumn }: ListToolsProps) {
  const { may } = usePermissions(projectId);
  const [isSaving, setIsSaving] = useState(false);
  const wasSaving = useWasOpened(isSaving);
  const [density, chooseDensity] = useState<RowDensity>(() =>
    typeof document === "undefined" ? "normal" : parseRowDensity(document.documentElement.dataset.density),
  );
  const download = (format: "csv" | "json", bodies: boolean) => {
    const { projectId: _projectId, ...filters } = toExecutionListInput(projectId, params);
    const query = new URLSearchParams({
      projectId,
      format,
      bodies: bodies ? "1" : "0",
      filters: JSON.stringify(filters),
    });
    window.location.assign(`/api/export/executions?${query.toString()}`);
  };
  return (
    <div className="flex shrink-0 items-center">
      <IconButton label="Save as a view" onClick={() => setIsSaving(true)}>
        <Star aria-hidden />
      </IconButton>
      <DropdownMenu
        trigger={
          <IconButton label="Columns and density">
            <Columns3 aria-hidden />
          </IconButton>
        }
      >
        <MenuGroup label="Columns">
          {executionColumns.slice(1).map((column) => (
            <MenuItem
              key={column.id}
              onSelect={() => onToggleColumn(column.id)}
              hint={columns.includes(column.id) ? "shown" : ""}
            >
              {column.header}
            </MenuItem>
          ))}
        </MenuGroup>
        <MenuSeparator />
        <MenuRadioGroup
          label="Rows"
          options={rowDensities.map((value) => ({ value, label: densityLabels[value] }))}
          value={density}
          onValueChange={(next) => {
            setRowDensity(next);
            chooseDensity(next);
          }}
        />
      </DropdownMenu>
      <DropdownMenu
        trigger={
          <IconButton label="Export">
            <Download aria-hidden />
          </IconButton>
        }
      >
        <MenuItem onSelect={() => download("csv", false)}>CSV</MenuItem>
        <MenuItem onSelect={() => download("json", false)}>JSON</MenuItem>
        {may("body:read") && (
          <>
            <MenuItem onSelect={() => download("csv", true)}>CSV with bodies</MenuItem>
            <MenuItem onSelect={() => download("json", true)}>JSON with bodies</MenuItem>
          </>
        )}
      </DropdownMenu>
      {wasSaving && (
        <SaveViewDialog
          projectId={projectId}
          params={{ ...params, columns: [...columnNames] }}
          open={isSaving}
          onOpenChange={setIsSaving}
        />
      )}
    </div>
  );
}
