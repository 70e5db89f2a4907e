package dev.naru.core.testkit.store;

import dev.naru.core.store.Store;

class InMemoryStoreTest extends StoreContract {
  private final InMemoryStore.Disk disk = new InMemoryStore.Disk();

  @Override
  protected Store open() {
    return new InMemoryStore(disk);
  }
}
