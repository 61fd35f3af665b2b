import type { ReactNode } from "react";
import { Logo } from "./logo";

type AuthCardProps = {
  title: string;
  description?: ReactNode;
  /** content under the card, such as a link to another page */
  footer?: ReactNode;
  /**
   * content at the top right, such as the theme menu. Error pages pass none, because their script is part of every page
   */
  tools?: ReactNode;
  children: ReactNode;
};

/** A page with one narrow card, for sign-in, invitations, password changes and errors. */
export function NarrowCardPage({ title, description, footer, tools, children }: AuthCardProps) {
  return (
    <div className="flex min-h-dvh flex-col">
      <div className="flex min-h-14 justify-end p-3">{tools}</div>
      <main className="mx-auto flex w-full max-w-sm flex-1 flex-col px-5 pt-[9vh] pb-16">
        <Logo className="mb-6 size-9" />
        <h1 className="text-xl font-semibold tracking-[-0.02em]">{title}</h1>
        {description && <p className="mt-1 text-sm text-muted">{description}</p>}
        <div className="mt-6">{children}</div>
        {footer && <p className="mt-6 border-t pt-5 text-sm text-muted">{footer}</p>}
      </main>
    </div>
  );
}
