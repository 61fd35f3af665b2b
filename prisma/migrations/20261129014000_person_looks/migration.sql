-- CreateTable
CREATE TABLE "person_look" (
    "user_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "person_look_pkey" PRIMARY KEY ("user_id")
);

-- AddForeignKey
ALTER TABLE "person_look" ADD CONSTRAINT "person_look_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
