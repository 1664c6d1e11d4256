export { signInLink } from './next-page.ts';
export { SignInPage } from './SignInPage.tsx';
