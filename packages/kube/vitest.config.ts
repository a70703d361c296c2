import { projectConfig } from '../../tools/workspace/vitest-project.ts';

export default projectConfig('kube');
