import { z } from "zod";
import { Role } from "@/domain/access";
import { DisplayName } from "@/domain/display-name";
import { Email } from "@/domain/people";
import { createInvitation } from "@/server/services/access-links/create-invitation";
import { listOpenInvitations } from "@/server/services/access-links/list-open-invitations";
import { revokeInvitation } from "@/server/services/access-links/revoke-invitation";
import { listAudit } from "@/server/services/list-audit";
import { createEventKey } from "@/server/services/event-keys/create-event-key";
import { listEventKeys } from "@/server/services/event-keys/list-event-keys";
import { revokeEventKey } from "@/server/services/event-keys/revoke-event-key";
import { takeUsageFromPersonLimit } from "@/server/services/usage-limits";
import { listMembers } from "@/server/services/members/list-members";
import { removeMember } from "@/server/services/members/remove-member";
import { setMemberRole } from "@/server/services/members/set-member-role";
import { getRejectedEvent } from "@/server/services/rejected-events/get-rejected-event";
import { listRejectedEvents } from "@/server/services/rejected-events/list-rejected-events";
import { makeEndpointInProject, type RestEndpoint } from "../endpoint";
import { makePageSchema, PageQuery, DateOutput } from "../schemas";

const project = "/projects/{projectId}";

const EventKey = z.object({
  id: z.string(),
  name: z.string(),
  last4: z.string(),
  createdAt: DateOutput,
  lastUsedAt: DateOutput.nullable(),
  revokedAt: DateOutput.nullable(),
});
const RejectedEvent = z.object({
  id: z.string(),
  eventId: z.string(),
  name: z.string(),
  reason: z.string(),
  keyId: z.string().nullable(),
  receivedAt: DateOutput,
});
const Member = z.object({ userId: z.string(), name: z.string(), email: z.string(), role: Role, joinedAt: DateOutput });
const Invitation = z.object({
  id: z.string(),
  email: z.string(),
  role: Role.nullable(),
  createdAt: DateOutput,
  expiresAt: DateOutput,
});

const eventKeys: readonly RestEndpoint[] = [
  makeEndpointInProject(
    {
      id: "listEventKeys",
      method: "GET",
      path: `${project}/event-keys`,
      tag: "Event keys",
      summary: "Lists the event keys, newest first",
      permission: "eventKey:manage",
      query: PageQuery,
      answer: makePageSchema(EventKey),
    },
    (context, { query }) => listEventKeys(context, query),
  ),
  makeEndpointInProject(
    {
      id: "createEventKey",
      method: "POST",
      path: `${project}/event-keys`,
      tag: "Event keys",
      summary: "Makes an event key",
      permission: "eventKey:manage",
      body: z.object({ name: DisplayName }),
      status: 201,
      answer: z.object({ id: z.string(), key: z.string().describe("shown in this answer only") }),
    },
    async (context, { body }) => {
      await takeUsageFromPersonLimit(context, "eventKey");
      return createEventKey(context, body);
    },
  ),
  makeEndpointInProject(
    {
      id: "revokeEventKey",
      method: "DELETE",
      path: `${project}/event-keys/{eventKeyId}`,
      tag: "Event keys",
      summary: "Revokes an event key; its requests get 401",
      permission: "eventKey:manage",
      answer: null,
    },
    (context, { params }) => revokeEventKey(context, { id: params.eventKeyId! }),
  ),
];

const rejectedEvents: readonly RestEndpoint[] = [
  makeEndpointInProject(
    {
      id: "listRejectedEvents",
      method: "GET",
      path: `${project}/rejected-events`,
      tag: "Rejected events",
      summary: "Lists the rejected events, newest first",
      permission: "rejected:read",
      query: PageQuery,
      answer: makePageSchema(RejectedEvent),
    },
    (context, { query }) => listRejectedEvents(context, query),
  ),
  makeEndpointInProject(
    {
      id: "getRejectedEvent",
      method: "GET",
      path: `${project}/rejected-events/{rejectedEventId}`,
      tag: "Rejected events",
      summary: "Returns a rejected event with the first 64 KB of its data",
      permission: "rejected:read",
      answer: RejectedEvent.extend({ body: z.string() }),
    },
    (context, { params }) => getRejectedEvent(context, { rejectedEventId: params.rejectedEventId! }),
  ),
];

const members: readonly RestEndpoint[] = [
  makeEndpointInProject(
    {
      id: "listMembers",
      method: "GET",
      path: `${project}/members`,
      tag: "Members",
      summary: "Lists the members in the order they joined",
      permission: "member:manage",
      answer: makePageSchema(Member),
    },
    async (context) => ({ items: await listMembers(context), nextCursor: null }),
  ),
  makeEndpointInProject(
    {
      id: "updateMember",
      method: "PATCH",
      path: `${project}/members/{userId}`,
      tag: "Members",
      summary: "Changes the role of a member",
      permission: "member:manage",
      body: z.object({ role: Role }),
      readOnly: Member,
      answer: Member,
    },
    async (context, { params, body }) => {
      await setMemberRole(context, { userId: params.userId!, role: body.role });
      return (await listMembers(context)).find(({ userId }) => userId === params.userId)!;
    },
  ),
  makeEndpointInProject(
    {
      id: "removeMember",
      method: "DELETE",
      path: `${project}/members/{userId}`,
      tag: "Members",
      summary: "Removes a member",
      permission: "member:manage",
      answer: null,
    },
    (context, { params }) => removeMember(context, { userId: params.userId! }),
  ),
  makeEndpointInProject(
    {
      id: "listInvitations",
      method: "GET",
      path: `${project}/invitations`,
      tag: "Members",
      summary: "Lists the open invitations, newest first",
      permission: "member:manage",
      query: PageQuery,
      answer: makePageSchema(Invitation),
    },
    (context, { query }) => listOpenInvitations(context, query),
  ),
  makeEndpointInProject(
    {
      id: "createInvitation",
      method: "POST",
      path: `${project}/invitations`,
      tag: "Members",
      summary: "Makes a link that lets somebody in",
      permission: "member:manage",
      body: z.object({ email: Email, role: Role }),
      status: 201,
      answer: z.object({
        id: z.string(),
        link: z.string().describe("shown in this answer only"),
        expiresAt: DateOutput,
      }),
    },
    async (context, { body }) => {
      await takeUsageFromPersonLimit(context, "invitation");
      return createInvitation(context, body);
    },
  ),
  makeEndpointInProject(
    {
      id: "revokeInvitation",
      method: "DELETE",
      path: `${project}/invitations/{invitationId}`,
      tag: "Members",
      summary: "Revokes an invitation",
      permission: "member:manage",
      answer: null,
    },
    (context, { params }) => revokeInvitation(context, { id: params.invitationId! }),
  ),
];

export const administrationEndpoints: readonly RestEndpoint[] = [
  ...eventKeys,
  ...rejectedEvents,
  ...members,
  makeEndpointInProject(
    {
      id: "listAudit",
      method: "GET",
      path: `${project}/audit`,
      tag: "Audit",
      summary: "Lists the audit log, newest first",
      permission: "audit:read",
      query: PageQuery,
      answer: makePageSchema(
        z.object({
          id: z.string(),
          actor: z.string(),
          action: z.string(),
          targetId: z.string().nullable(),
          summary: z.string(),
          createdAt: DateOutput,
        }),
      ),
    },
    (context, { query }) => listAudit(context, query),
  ),
];
