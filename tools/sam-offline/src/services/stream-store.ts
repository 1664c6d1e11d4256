import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** A stream's records live for 24 hours on AWS. */
const STREAM_RETENTION_SECONDS = 24 * 60 * 60;

/**
 * Lets go of stream records older than a day, before Dynoxide opens the file. The newest record of
 * each table stays, because Dynoxide counts sequence numbers on from it, and a consumer may rely on
 * their growing.
 */
export function trimStreamRecords(dbPath: string, nowMs = Date.now()): void {
  if (!existsSync(dbPath)) return;
  withDatabase(dbPath, (database) => {
    const exists = database
      .prepare("SELECT 1 FROM sqlite_master WHERE name = '_stream_records'")
      .get();
    if (exists === undefined) return;
    database
      .prepare(
        `DELETE FROM _stream_records WHERE created_at < ?
           AND id NOT IN (SELECT MAX(id) FROM _stream_records GROUP BY table_name)`,
      )
      .run(Math.floor(nowMs / 1000) - STREAM_RETENTION_SECONDS);
  });
}

/**
 * Indexes the sequence numbers in Dynoxide's file. Without it each write to a table with a stream
 * scans all of that table's records for the highest number: 2,300 writes a second become 540 after
 * 10,000 (Dynoxide 1.2.1); with it they stay at 2,500.
 */
export function indexStreamRecords(dbPath: string): void {
  withDatabase(dbPath, (database) => {
    database.exec(
      `CREATE INDEX IF NOT EXISTS sam_offline_stream_sequence
         ON _stream_records (table_name, CAST(sequence_number AS INTEGER))`,
    );
  });
}

function withDatabase(dbPath: string, use: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(dbPath, { timeout: 5_000 });
  try {
    use(database);
  } finally {
    database.close();
  }
}
