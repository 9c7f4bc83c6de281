// The strings of the properties panel in Indonesian: English as bpmn-js-properties-panel has it -> ours.
export default {};
