"use client";

import { PageLink } from "@/components/ui/page-link";
import { useQuery } from "@tanstack/react-query";
import { ChevronRight, Plus } from "lucide-react";
import { Avatar } from "@/components/avatar";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";
import { Badge } from "@/components/ui/badge";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import type { Role } from "@/domain/access";
import { useTRPC } from "@/lib/trpc/client";
import { booleanParam } from "@/lib/url-params";
import { useUrlParam } from "@/lib/use-url-params";
import { CreateProjectDialog } from "./create-project-dialog";

export type ListedProject = { id: string; name: string; isDemo: boolean; role: Role };

/** Lists the projects of a person. `?new=true` in the URL opens the dialog that creates a project. */
export function ProjectListPage({ projects: initialProjects }: { projects: ListedProject[] }) {
  const trpc = useTRPC();
  const { data: projects, error } = useQuery(
    trpc.project.list.queryOptions(undefined, { initialData: initialProjects }),
  );
  const [isCreating, setIsCreating] = useUrlParam("new", booleanParam.withDefault(false));
  const create = (
    <Button variant="primary" onClick={() => setIsCreating(true)}>
      <Plus aria-hidden /> New project
    </Button>
  );
  return (
    <>
      <PageHeader title="Projects" actions={projects.length > 0 && create} />
      {error && (
        <Banner tone="danger" className="mb-4">
          {error.message}
        </Banner>
      )}
      <Card isFlush>
        {projects.length === 0 ? (
          <EmptyState
            title="You are in no project yet"
            description="Make one of your own, or ask an admin of an existing one for an invitation."
            actions={create}
          />
        ) : (
          <ul>
            {projects.map((project) => (
              <ProjectRow key={project.id} project={project} />
            ))}
          </ul>
        )}
      </Card>
      <CreateProjectDialog open={isCreating} onOpenChange={(open) => setIsCreating(open || null)} />
    </>
  );
}

function ProjectRow({ project }: { project: ListedProject }) {
  return (
    <li className="border-b last:border-b-0">
      <PageLink
        href={`/projects/${project.id}`}
        className="flex h-14 items-center gap-3 px-4 -outline-offset-2 hover:bg-hover sm:px-5"
      >
        <Avatar name={project.name} isSquare />
        <span className="min-w-0 truncate font-medium">{project.name}</span>
        {project.isDemo && <Badge tone="outline">Demo</Badge>}
        <span className="ml-auto text-sm text-muted capitalize">{project.role}</span>
        <ChevronRight aria-hidden className="size-4 shrink-0 text-subtle" />
      </PageLink>
    </li>
  );
}
