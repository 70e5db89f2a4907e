package dev.naru.examples.finance;

/**
 * Where a card is used.
 *
 * @param number identity, from 0
 * @param city number of the city; of no meaning when the category is online
 */
record Merchant(int number, Category category, int city) {}
