import { makeInstallationAdmin } from "@/server/services/installation";
import { runCommandOrExit } from "./command";
import { openCommandContext } from "./command-database";
import { readCommandEnvironment } from "./command-environment";

/** `npm run make-admin -- <email>`: makes an existing account an admin of the installation. */
runCommandOrExit(async () => {
  const given = process.argv[2];
  if (!given) throw new Error("Say who: npm run make-admin -- somebody@example.com");
  const { ctx, close } = await openCommandContext(readCommandEnvironment(), "npm run make-admin", {
    startDatabase: true,
  });
  try {
    const { email } = await makeInstallationAdmin(ctx, { email: given });
    console.log(
      `${email} is an admin of this installation now: Engine in the account menu. Projects give their own roles.`,
    );
  } finally {
    await close();
  }
});
