import { FeedPage } from '../feed/index.ts';

export default function Page() {
  return <FeedPage />;
}
