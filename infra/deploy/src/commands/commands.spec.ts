import { changeOf, Workspace } from '../testing/index.ts';

let workspace: Workspace;
beforeEach(() => {
  workspace = new Workspace();
});
afterEach(() => {
  workspace.remove();
});

describe('diff', () => {
  it('explains what is replaced, removed and updated, the most serious change first, and changes nothing', async () => {
    const { code, out, calls } = await workspace.run(['diff', 'staging'], {
      before: 'UPDATE_COMPLETE',
      changes: [
        changeOf('Modify', 'WebSocketFanoutFunction', 'AWS::Lambda::Function', {
          Replacement: 'False',
          Details: [{ Target: { Attribute: 'Properties', Name: 'Code' } }],
        }),
        changeOf('Add', 'Alarm', 'AWS::CloudWatch::Alarm'),
        changeOf('Modify', 'PostsTable', 'AWS::DynamoDB::Table', {
          Replacement: 'True',
          PolicyAction: 'ReplaceAndRetain',
          Details: [{ Target: { Attribute: 'Properties', Name: 'KeySchema' } }],
        }),
        changeOf('Remove', 'Dashboard', 'AWS::CloudWatch::Dashboard'),
      ],
    });
    expect(code).toBe(0);
    expect(out.split('\n').slice(1)).toEqual([
      'blogapp-staging: 1 to remove, 1 to replace, 1 to update, 1 to add',
      '  replace     PostsTable (AWS::DynamoDB::Table): KeySchema -- THE OLD ONE STAYS WITH ITS DATA, OUTSIDE OF THE STACK',
      '  remove      Dashboard (AWS::CloudWatch::Dashboard)',
      '  update      WebSocketFanoutFunction (AWS::Lambda::Function): Code',
      '  add         Alarm (AWS::CloudWatch::Alarm)',
      '',
    ]);
    expect(calls.join('\n')).toContain('aws cloudformation delete-change-set');
    expect(calls.join('\n')).not.toMatch(/execute-change-set|docker|delete-stack|deploy --stack/);
  });

  it('removes the empty stack that CloudFormation makes for the change set of a new one', async () => {
    const { code, calls } = await workspace.run(['diff', 'development']);
    expect(code).toBe(0);
    expect(calls.at(-1)).toBe('aws cloudformation delete-stack --stack-name blogapp-development');
  });
});

describe('outputs', () => {
  it('writes the file that end-to-end and load tests read', async () => {
    const { code } = await workspace.run(['outputs', 'staging', '--file', 'here/staging.json'], {
      before: 'UPDATE_COMPLETE',
    });
    expect(code).toBe(0);
    expect(JSON.parse(workspace.read('here/staging.json'))).toMatchObject({
      HttpApiUrl: 'https://a.example',
    });
  });

  it('says how to deploy a stack that does not exist', async () => {
    const { code, err } = await workspace.run(['outputs', 'staging']);
    expect(code).toBe(1);
    expect(err).toContain('npx nx deploy infra -c staging');
  });
});

describe('delete', () => {
  it('deletes after the name of the stack is typed', async () => {
    const { code, calls } = await workspace.run(['delete', 'development'], {
      before: 'UPDATE_COMPLETE',
      types: 'blogapp-development',
    });
    expect(code).toBe(0);
    expect(calls).toContain('aws cloudformation delete-stack --stack-name blogapp-development');
    expect(calls.join('\n')).not.toContain('-registry');
  });

  it.each([
    ['the answer is another', 'no', 'stays'],
    ['there is no terminal', undefined, '--yes'],
  ])('deletes nothing when %s', async (_, types, message) => {
    const { code, err, calls } = await workspace.run(['delete', 'development'], {
      before: 'UPDATE_COMPLETE',
      ...(types !== undefined && { types }),
    });
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(calls.join('\n')).not.toContain('delete-stack');
  });

  it('refuses production without --force, and asks even then', async () => {
    const refused = await workspace.run(['delete', 'production', '--yes'], {
      before: 'UPDATE_COMPLETE',
    });
    expect(refused).toMatchObject({ code: 1, calls: [] });
    const asked = await workspace.run(['delete', 'production', '--force'], {
      before: 'UPDATE_COMPLETE',
    });
    expect(asked.code).toBe(1);
    expect(asked.calls.join('\n')).not.toContain('delete-stack');
    const forced = await workspace.run(['delete', 'production', '--force', '--yes'], {
      before: 'UPDATE_COMPLETE',
    });
    expect(forced.code).toBe(0);
  });

  it('deletes a stack whose creation did not complete', async () => {
    const { code } = await workspace.run(['delete', 'development', '--yes'], {
      before: 'ROLLBACK_COMPLETE',
    });
    expect(code).toBe(0);
  });

  it('says what CloudFormation could not delete', async () => {
    const describe = 'aws cloudformation describe-stacks --stack-name blogapp-development --';
    const { code, err } = await workspace.run(['delete', 'development', '--yes'], {
      before: 'UPDATE_COMPLETE',
      results: [
        {
          call: describe,
          after: 'aws cloudformation delete-stack',
          stdout: '{"Stacks":[{"StackStatus":"DELETE_FAILED"}]}',
        },
      ],
      events: [
        {
          LogicalResourceId: 'PostsTable',
          ResourceType: 'AWS::DynamoDB::Table',
          ResourceStatus: 'DELETE_FAILED',
          ResourceStatusReason: 'Deletion protection is enabled',
        },
      ],
    });
    expect(code).toBe(1);
    expect(err).toContain('DELETE_FAILED: Deletion protection is enabled');
  });
});

describe('logs', () => {
  it('passes the options of `sam logs` on', async () => {
    const { code, out, calls } = await workspace.run(
      ['logs', 'staging', '--tail', '--filter', 'ERROR'],
      { results: [{ call: 'sam logs', stdout: 'a line' }] },
    );
    expect({ code, out }).toEqual({ code: 0, out: 'a line\n' });
    expect(calls).toEqual(['sam logs --stack-name blogapp-staging --tail --filter ERROR']);
  });
});

describe('the command line', () => {
  it.each([
    [['upgrade', 'staging'], 'There is no command "upgrade"'],
    [['deploy', 'prod'], 'There is no environment "prod"'],
    [['deploy', 'staging', '--fast'], '--fast'],
  ])('runs nothing for %j', async (args, message) => {
    const { code, err, calls } = await workspace.run(args);
    expect({ code, calls }).toEqual({ code: 2, calls: [] });
    expect(err).toContain(message);
  });
});
