import { Banner } from "@/components/ui/banner";

/** Shown in place of a body that was deleted, or that the person's role may not read. */
export function MissingBodyBanner({ isRemoved }: { isRemoved: boolean }) {
  return isRemoved ? (
    <Banner title="The body was removed">Its retention has ended, or somebody has expunged it.</Banner>
  ) : (
    <Banner title="Bodies are hidden from viewers">
      An admin can allow viewers of this project to read them, in its settings.
    </Banner>
  );
}
