import type { TemplatePreset } from "../template-preset";

// The lines of the templates are not wrapped, because a template is sent exactly as it stands here.
/* eslint-disable max-len */

/*
 * Anybody may have written an observation's text. So a preset puts such text where the service shows plain text, or
 * switches mentions off. Presets cut texts to the service's limits. They cut texts without a limit too, because a body
 * over 256 KB is not sent.
 */

/**
 * A template for Slack: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks. Notifications show
 * `text`, and the channel shows `blocks`.
 */
const slack = `{
  "text": "{{ trigger.name | replace: "&", "&amp;" | replace: "<", "&lt;" | replace: ">", "&gt;" }}",
  "blocks": [
    { "type": "header", "text": { "type": "plain_text", "text": "{{ trigger.name | truncate: 150 }}" } },
    { "type": "section", "text": { "type": "plain_text", "text": "{{ observation.name | strip | default: observation.id | truncate: 2000 }}" } },
    {
      "type": "section",
      "fields": [
        { "type": "plain_text", "text": "Level: {{ observation.level | default: "–" | truncate: 200 }}" },
        { "type": "plain_text", "text": "Model: {{ observation.model | default: "–" | truncate: 200 }}" },
        { "type": "plain_text", "text": "Latency: {{ observation.latency | default: "–" | truncate: 50 }} s" },
        { "type": "plain_text", "text": "Cost: {{ observation.totalCost | default: "–" | truncate: 50 }} USD" }
      ]
    },
    { "type": "section", "text": { "type": "mrkdwn", "text": "<{{ url }}|Open the execution>" } }
  ]
}
`;

/**
 * A template for Teams Workflows (trigger "When a Teams webhook request is received"): a message with an Adaptive Card.
 */
const teams = `{
  "type": "message",
  "attachments": [
    {
      "contentType": "application/vnd.microsoft.card.adaptive",
      "contentUrl": null,
      "content": {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
          {
            "type": "RichTextBlock",
            "inlines": [{ "type": "TextRun", "size": "Medium", "weight": "Bolder", "text": "{{ trigger.name }}" }]
          },
          {
            "type": "RichTextBlock",
            "inlines": [{ "type": "TextRun", "text": "{{ observation.name | strip | default: observation.id | truncate: 2000 }}" }]
          },
          {
            "type": "RichTextBlock",
            "inlines": [
              { "type": "TextRun", "isSubtle": true, "text": "{{ observation.level | default: "–" | truncate: 200 }} · {{ observation.model | default: "–" | truncate: 200 }} · {{ observation.latency | default: "–" | truncate: 50 }} s" }
            ]
          }
        ],
        "actions": [{ "type": "Action.OpenUrl", "title": "Open the execution", "url": "{{ url }}" }]
      }
    }
  ]
}
`;

/** A template for Discord: https://discord.com/developers/docs/resources/webhook#execute-webhook */
const discord = `{
  "content": "{{ trigger.name | truncate: 2000 }}",
  "allowed_mentions": { "parse": [] },
  "embeds": [
    {
      "title": "{{ observation.name | strip | default: observation.id | truncate: 256 }}",
      "url": "{{ url }}",
      "timestamp": "{{ timestamp }}",
      "color": {% if observation.level == "ERROR" %}14423100{% elsif observation.level == "WARNING" %}16753920{% else %}5793266{% endif %},
      "fields": [
        { "name": "Level", "value": "{{ observation.level | default: "–" | truncate: 1024 }}", "inline": true },
        { "name": "Model", "value": "{{ observation.model | default: "–" | truncate: 1024 }}", "inline": true },
        { "name": "Latency", "value": "{{ observation.latency | default: "–" | truncate: 50 }} s", "inline": true }
      ]
    }
  ]
}
`;

/**
 * A template for PagerDuty: https://developer.pagerduty.com/docs/events-api-v2/trigger-events/. PagerDuty's integration
 * key has 32 characters.
 */
const pagerDuty = `{
  "routing_key": "{{ secrets.routing_key }}",
  "event_action": "trigger",
  "dedup_key": "{{ execution.id }}",
  "client": "Trigger System",
  "client_url": "{{ url }}",
  "payload": {
    "summary": "{{ trigger.name | truncate: 200 }}: {{ observation.name | strip | default: observation.id | truncate: 800 }}",
    "source": "{{ observation.environment | default: "default" | truncate: 200 }}",
    "severity": "{% case observation.level %}{% when "ERROR" %}error{% when "WARNING" %}warning{% else %}info{% endcase %}",
    "timestamp": "{{ timestamp }}",
    "custom_details": {
      "observation": {{ observation.id | json }},
      "trace": {{ observation.traceId | json }},
      "model": {{ observation.model | truncate: 1024 | default: nil | json }},
      "latency": {{ observation.latency | json }},
      "cost": {{ observation.totalCost | json }}
    }
  }
}
`;

/**
 * A template for GitHub: https://docs.github.com/rest/repos/repos#create-a-repository-dispatch-event. client_payload
 * has at most 10 names and 64 KB.
 */
const gitHub = `{
  "event_type": "observation",
  "client_payload": {
    "trigger": {{ trigger | json }},
    "execution": {{ execution | json }},
    "url": {{ url | json }},
    "timestamp": {{ timestamp | json }},
    "observation": {
      "id": {{ observation.id | json }},
      "traceId": {{ observation.traceId | json }},
      "type": {{ observation.type | json }},
      "name": {{ observation.name | truncate: 2000 | default: nil | json }},
      "level": {{ observation.level | truncate: 200 | default: nil | json }}
    }
  }
}
`;

/** Templates over an observation, for services that need their own form of body. */
export const observationTemplatePresets: readonly TemplatePreset[] = [
  {
    id: "slack",
    label: "Slack",
    purpose: "A message in a channel.",
    hint: "The URL is that of an incoming webhook of a Slack app.",
    urlExample: "https://hooks.slack.com/services/…",
    template: slack,
  },
  {
    id: "teams",
    label: "Microsoft Teams",
    purpose: "A card in a channel.",
    hint: "The URL is that of a workflow which posts to a channel when a webhook request is received.",
    urlExample: "https://….logic.azure.com/workflows/…",
    template: teams,
  },
  {
    id: "discord",
    label: "Discord",
    purpose: "A message in a channel.",
    hint: "The URL is that of a webhook of a channel.",
    urlExample: "https://discord.com/api/webhooks/…",
    template: discord,
  },
  {
    id: "pagerduty",
    label: "PagerDuty",
    purpose: "An alert for the person on call.",
    secretHeader: "routing_key",
    hint: "Add a secret header routing_key with the integration key of a service (Events API v2). The template puts it into the body; it is not sent as a header.",
    urlExample: "https://events.pagerduty.com/v2/enqueue",
    template: pagerDuty,
  },
  {
    id: "github",
    label: "GitHub Actions",
    purpose: "Starts a workflow of a repository.",
    secretHeader: "Authorization",
    hint: "GitHub gets the event repository_dispatch. Add a secret header Authorization with Bearer and a token that may write contents of the repository.",
    urlExample: "https://api.github.com/repos/OWNER/REPOSITORY/dispatches",
    template: gitHub,
  },
];
