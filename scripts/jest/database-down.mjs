export default async function down() {
  await globalThis.rehearseTestCluster?.stop();
}
