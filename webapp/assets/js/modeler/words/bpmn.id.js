// The labels of bpmn-js, its palette, menus, minimap and search in Indonesian: English as it has them -> ours.
export default {};
