import {
  IconArrowsSplit,
  IconBox,
  IconChecklist,
  IconClock,
  IconFunction,
  IconMessages,
  IconRecordMail,
  IconRepeat,
  IconRobot,
  IconSitemap,
  IconSparkles,
  IconTool,
  IconUser,
  type Icon,
} from '@tabler/icons-react';

export const NODE_ICONS: Record<string, Icon> = {
  llm: IconSparkles,
  agent: IconRobot,
  conversation: IconMessages,
  tool: IconTool,
  transform: IconFunction,
  switch: IconArrowsSplit,
  forEach: IconRepeat,
  loop: IconRepeat,
  graph: IconSitemap,
  human: IconUser,
  wait: IconClock,
  assert: IconChecklist,
  recorded: IconRecordMail,
};

export const OTHER_NODE: Icon = IconBox;
