"use client";

import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { Command as Palette } from "cmdk";
import { Search } from "lucide-react";
import { Kbd } from "@/components/ui/kbd";
import { cn } from "@/lib/cn";
import { useTRPC } from "@/lib/trpc/client";
import { usePermissions } from "@/lib/trpc/use-permissions";
import { SearchHitsGroup } from "./search-hits-group";
import { makeLeverCommands } from "./lever-commands";
import type { Command } from "./project-commands";

type CommandMenuProps = {
  projectId: string;
  onGo: (href: string) => void;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** the search text, including keys that the person typed before the menu had loaded */
  text: string;
  onTextChange: (text: string) => void;
  commands: readonly Command[];
  onRun: (command: Command) => void;
};

const groups: readonly Command["group"][] = ["This page", "Go to", "Create", "Levers", "Switch project", "Preferences"];

/**
 * The command menu: a search field that finds commands, and also triggers, actions, executions and events by id, name
 * or response code.
 */
export function CommandMenu(props: CommandMenuProps) {
  const { projectId, open, onOpenChange, text, onTextChange, onGo, commands, onRun } = props;
  const trpc = useTRPC();
  const { may } = usePermissions(projectId);
  const health = useQuery(trpc.action.health.queryOptions({ projectId }, { enabled: open }));
  const all = [...commands, ...makeLeverCommands(health.data ?? [], may)];
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop
          className={cn(
            "fixed inset-0 z-50 bg-overlay transition-opacity duration-100 data-ending-style:opacity-0",
            "data-starting-style:opacity-0",
          )}
        />
        <Dialog.Popup
          aria-label="Commands"
          className={cn(
            "fixed inset-x-3 top-[12vh] z-50 mx-auto max-w-lg overflow-hidden rounded-xl border",
            "border-line-strong bg-raised shadow-raised outline-none transition-[opacity,scale] duration-100",
            "data-ending-style:opacity-0 data-starting-style:scale-98 data-starting-style:opacity-0",
          )}
        >
          <Palette label="Commands" loop>
            <div className="flex items-center gap-2.5 border-b px-4">
              <Search aria-hidden className="size-4 shrink-0 text-subtle" />
              <Palette.Input
                value={text}
                onValueChange={onTextChange}
                placeholder="An id, a name, a code, or what to do"
                className="h-12 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-subtle"
              />
              <Kbd>Esc</Kbd>
            </div>
            <Palette.List className="max-h-[min(24rem,60dvh)] overflow-y-auto overscroll-contain p-1.5">
              <Palette.Empty className="px-3 py-8 text-center text-sm text-muted">Nothing by that name.</Palette.Empty>
              <SearchHitsGroup projectId={projectId} text={text} onGo={onGo} />
              {groups.map((group) => (
                <CommandGroup
                  key={group}
                  group={group}
                  commands={all.filter((command) => command.group === group)}
                  onRun={onRun}
                />
              ))}
            </Palette.List>
          </Palette>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function CommandGroup({
  group,
  commands,
  onRun,
}: {
  group: Command["group"];
  commands: readonly Command[];
  onRun: (command: Command) => void;
}) {
  if (commands.length === 0) return null;
  return (
    <Palette.Group
      heading={group}
      className={cn(
        "[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1",
        "[&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium",
        "[&_[cmdk-group-heading]]:text-subtle",
      )}
    >
      {commands.map((command) => (
        <Palette.Item
          key={command.id}
          value={command.id}
          keywords={[command.label, ...(command.keywords ?? [])]}
          onSelect={() => onRun(command)}
          className={cn(
            "flex h-9 cursor-default items-center gap-2.5",
            "rounded-md px-2.5 text-sm data-[selected=true]:bg-hover pointer-coarse:h-11",
          )}
        >
          <command.icon aria-hidden className="size-4 shrink-0 stroke-[1.75] text-muted" />
          <span className="min-w-0 flex-1 truncate">{command.label}</span>
          {command.keys && <KeySequence keys={command.keys} />}
        </Palette.Item>
      ))}
    </Palette.Group>
  );
}

/** Shows the keys of a shortcut in the order in which a person presses them. */
export function KeySequence({ keys }: { keys: readonly string[] }) {
  return (
    <span className="flex gap-1 pointer-coarse:hidden">
      {keys.map((key, index) => (
        <Kbd key={index}>{key.length === 1 ? key.toUpperCase() : key}</Kbd>
      ))}
    </span>
  );
}
