/** Fictional employers. */
export const employers = [
  'Cascade Freight Lines',
  'Harborview Medical Group',
  'Lonestar Building Supply',
  'Bluebird Grocers',
  'Summit Air Services',
  'Pinecrest School District',
  'Meridian Food Distributors',
  'Ironwood Manufacturing',
  'Northgate Auto Parts',
  'Silverline Logistics',
  'Redwood Home Health',
  'Prairie Wind Energy',
  'Keystone Packaging',
  'Golden Plains Dairy',
  'Lakeshore Hotels',
  'Beacon Security Services',
  'Cornerstone Plumbing',
  'Riverbend Textiles',
] as const;

export const banks = [
  'First Prairie Bank',
  'Harbor National Bank',
  'Golden Valley Credit Union',
  'Summit Federal Savings',
  'Lakeland Bank & Trust',
  'Pioneer Community Bank',
] as const;

export const utilities = [
  { provider: 'Tri-County Electric', service: 'electricity' },
  { provider: 'Clearwater Utilities', service: 'water' },
  { provider: 'Summit Gas Company', service: 'gas' },
  { provider: 'Metro Power & Light', service: 'electricity' },
] as const;

/** Cars with the first eight characters that their identification numbers have (check digit and serial are drawn). */
export const cars = [
  { make: 'Toyota', model: 'Camry', vinStart: '4T1G11AK', msrp: 27_000 },
  { make: 'Honda', model: 'CR-V', vinStart: '5J6RW2H5', msrp: 31_000 },
  { make: 'Ford', model: 'F-150', vinStart: '1FTFW1E5', msrp: 42_000 },
  { make: 'Nissan', model: 'Altima', vinStart: '1N4BL4BV', msrp: 26_000 },
  { make: 'Chevrolet', model: 'Equinox', vinStart: '3GNAXUEV', msrp: 29_000 },
  { make: 'Hyundai', model: 'Elantra', vinStart: 'KMHLM4AG', msrp: 22_000 },
] as const;
