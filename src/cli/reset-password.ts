import { createPasswordResetLinkByCommand } from "@/server/services/access-links/create-password-reset-link-by-command";
import { runCommandOrExit } from "./command";
import { openCommandContext } from "./command-database";
import { readCommandEnvironment } from "./command-environment";

/** `npm run reset-password -- <email>`: prints a link with which a person sets a new password, once. */
runCommandOrExit(async () => {
  const email = process.argv[2];
  if (!email) throw new Error("Say whose: npm run reset-password -- somebody@example.com");
  const { ctx, close } = await openCommandContext(readCommandEnvironment(), "npm run reset-password");
  try {
    const { link, expiresAt } = await createPasswordResetLinkByCommand(ctx, { email });
    console.log(`A new password for ${email} can be set once, until ${expiresAt.toLocaleString()}:\n\n  ${link}\n`);
    if (ctx.env.oidc?.isRequired)
      console.log(
        "Single sign-on is required here. An admin of the installation may sign in with the new " +
          `password for an hour:\n\n  ${ctx.env.appUrl}/sign-in?password\n`,
      );
  } finally {
    await close();
  }
});
