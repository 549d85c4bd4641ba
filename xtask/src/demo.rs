pub fn run() -> anyhow::Result<()> {
    anyhow::bail!("later")
}
pub fn once() -> anyhow::Result<()> {
    run()
}
