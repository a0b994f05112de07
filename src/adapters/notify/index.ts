export type { AddressPolicy } from './checked-address.ts';
export { defaultFetchLimits, type FetchLimits } from './checked-fetch.ts';
export { defaultRetryLimits, deliver, type RetryLimits } from './deliver.ts';
export { DeliveryError } from './delivery-error.ts';
export { sendMessage } from './send-message.ts';
export { checkTemplate } from './webhook-template.ts';
