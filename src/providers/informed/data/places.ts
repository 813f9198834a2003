/** A town with the ZIP code and the telephone area code that belong to it. */
export interface Place {
  readonly city: string;
  readonly state: string;
  readonly zip: string;
  readonly areaCode: string;
}

export const places: readonly Place[] = [
  { city: 'Inglewood', state: 'CA', zip: '90305', areaCode: '310' },
  { city: 'Sacramento', state: 'CA', zip: '95823', areaCode: '916' },
  { city: 'Fresno', state: 'CA', zip: '93722', areaCode: '559' },
  { city: 'Austin', state: 'TX', zip: '78745', areaCode: '512' },
  { city: 'Fort Worth', state: 'TX', zip: '76133', areaCode: '817' },
  { city: 'San Antonio', state: 'TX', zip: '78228', areaCode: '210' },
  { city: 'Phoenix', state: 'AZ', zip: '85033', areaCode: '602' },
  { city: 'Tucson', state: 'AZ', zip: '85706', areaCode: '520' },
  { city: 'Tampa', state: 'FL', zip: '33614', areaCode: '813' },
  { city: 'Jacksonville', state: 'FL', zip: '32210', areaCode: '904' },
  { city: 'Columbus', state: 'OH', zip: '43229', areaCode: '614' },
  { city: 'Cleveland', state: 'OH', zip: '44109', areaCode: '216' },
  { city: 'Charlotte', state: 'NC', zip: '28215', areaCode: '704' },
  { city: 'Raleigh', state: 'NC', zip: '27610', areaCode: '919' },
  { city: 'Nashville', state: 'TN', zip: '37211', areaCode: '615' },
  { city: 'Memphis', state: 'TN', zip: '38128', areaCode: '901' },
  { city: 'Denver', state: 'CO', zip: '80219', areaCode: '303' },
  { city: 'Omaha', state: 'NE', zip: '68104', areaCode: '402' },
  { city: 'Milwaukee', state: 'WI', zip: '53215', areaCode: '414' },
  { city: 'Indianapolis', state: 'IN', zip: '46227', areaCode: '317' },
  { city: 'Atlanta', state: 'GA', zip: '30331', areaCode: '404' },
  { city: 'Las Vegas', state: 'NV', zip: '89110', areaCode: '702' },
  { city: 'Tacoma', state: 'WA', zip: '98444', areaCode: '253' },
  { city: 'Rochester', state: 'NY', zip: '14609', areaCode: '585' },
];

export const streets = [
  'S 4th Ave',
  'Maple St',
  'Oakwood Dr',
  'W Jefferson Blvd',
  'Cedar Ln',
  'N Highland Ave',
  'Ridgeview Ct',
  'Elm St',
  'Martin Luther King Jr Blvd',
  'Willow Creek Rd',
  'E Lincoln Ave',
  'Sycamore Way',
  'Briarwood Ter',
  'Park Pl',
  'Meadowbrook Ln',
  'Chestnut St',
  'Sunset Dr',
  'Magnolia Ave',
] as const;

/** Rate of state income tax that payrolls withhold, roughly; states without one are absent. */
export const stateTaxRates: Readonly<Record<string, number>> = {
  AZ: 0.025,
  CA: 0.045,
  CO: 0.044,
  GA: 0.0539,
  IN: 0.0305,
  NC: 0.0475,
  NE: 0.0501,
  NY: 0.055,
  OH: 0.0275,
  WI: 0.053,
};
