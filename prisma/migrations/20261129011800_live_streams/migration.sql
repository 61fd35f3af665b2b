-- CreateTable
CREATE TABLE "live_stream" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "session_id" TEXT,
    "project_id" TEXT,
    "end_reason" TEXT,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "live_stream_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "live_stream_user_id_opened_at_idx" ON "live_stream"("user_id", "opened_at");

-- CreateIndex
CREATE INDEX "live_stream_session_id_idx" ON "live_stream"("session_id");

-- AddForeignKey
ALTER TABLE "live_stream" ADD CONSTRAINT "live_stream_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The process that serves a stream is told when its row goes, whoever deletes it.
CREATE FUNCTION live_stream_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('trigger_system_live', json_build_object('ended', OLD.id, 'reason', OLD.end_reason)::text);
  RETURN NULL;
END $$;
CREATE TRIGGER live_stream_ended AFTER DELETE ON live_stream FOR EACH ROW EXECUTE FUNCTION live_stream_ended();

-- Whoever joins, leaves or gets another role: streams of that project end, and those of all projects of the person.
CREATE FUNCTION membership_ends_live_streams() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed membership := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
BEGIN
  DELETE FROM live_stream WHERE user_id = changed.user_id AND (project_id IS NULL OR project_id = changed.project_id);
  RETURN NULL;
END $$;
CREATE TRIGGER membership_ends_live_streams AFTER INSERT OR DELETE ON membership
  FOR EACH ROW EXECUTE FUNCTION membership_ends_live_streams();
CREATE TRIGGER membership_role_ends_live_streams AFTER UPDATE OF role ON membership
  FOR EACH ROW WHEN (OLD.role IS DISTINCT FROM NEW.role) EXECUTE FUNCTION membership_ends_live_streams();

-- A project that is deleted softly keeps its memberships.
CREATE FUNCTION project_ends_live_streams() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM live_stream WHERE project_id = NEW.id
    OR (project_id IS NULL AND user_id IN (SELECT user_id FROM membership WHERE project_id = NEW.id));
  RETURN NULL;
END $$;
CREATE TRIGGER project_ends_live_streams AFTER UPDATE OF deleted_at ON project
  FOR EACH ROW WHEN (OLD.deleted_at IS DISTINCT FROM NEW.deleted_at) EXECUTE FUNCTION project_ends_live_streams();
