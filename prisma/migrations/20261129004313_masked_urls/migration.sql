-- AlterTable
ALTER TABLE "operational_webhook" ADD COLUMN     "url_ciphertext" TEXT NOT NULL DEFAULT '';

-- Attempts kept whole URLs, and the path of a webhook's URL can be a credential. The start encrypts those of actions,
-- their versions and operational webhooks, which needs the key; attempts keep the masked form only.
UPDATE "action_attempt" SET "request" = jsonb_set("request", '{url}', to_jsonb(
  substring("request" ->> 'url' from '^[a-zA-Z]+://[^/?#]+') || '/…' ||
  CASE WHEN length(substring("request" ->> 'url' from '^[a-zA-Z]+://[^/?#]+(.*)$')) >= 12 THEN right("request" ->> 'url', 4) ELSE '' END))
WHERE "request" ->> 'url' ~ '^[a-zA-Z]+://[^/?#]+([?#]|/.)';

UPDATE "audit_log" SET "summary" = regexp_replace("summary", '^(Set the operational webhook to [a-zA-Z]+://[^/?#]+)[/?#].*$', '\1/….')
WHERE "action" = 'operationalWebhook.set';
