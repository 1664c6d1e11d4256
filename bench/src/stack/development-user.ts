import { developmentToken } from '@blogapp/api-client/development';

/** The template's default `FirebaseProjectId`. */
const projectId = 'demo-blogapp';

/** The `authorization` header of a user: stacks that `startProductStack` has started accept it. */
export function developmentUser(userId: string): string {
  return `Bearer ${developmentToken({ projectId, userId })}`;
}
