import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import { seededRandom } from '../../../core/random.ts';
import { isoDay, yearOf } from '../calendar.ts';
import { cars } from '../data/businesses.ts';
import { dollars } from '../money.ts';
import { type DocumentOrder, namedApplicants, underSimilarName } from './document-order.ts';

/** The papers of an application as a whole. Each is the only one that its verification accepts. */
export const applicationPapers = [
  'credit_application',
  'retail_installment_sales_contract',
  'odometer_statement',
  'bookout_sheet',
  'gap_waiver_contract',
  'vehicle_service_contract',
] as const;

export type ApplicationPaper = (typeof applicationPapers)[number];

/** Types of structured data with the content of a paper, and the paper, whose name is also that of its verification. */
const electronicPapers: Readonly<Record<string, ApplicationPaper>> = {
  retail_installment_sales_contract_electronic: 'retail_installment_sales_contract',
};

/** The paper that a type of document contains, printed or as structured data. Null for a type of an applicant. */
export function applicationPaperOf(type: string): ApplicationPaper | null {
  const paper = applicationPapers.find((name) => name === type);
  return paper ?? (Object.hasOwn(electronicPapers, type) ? (electronicPapers[type] ?? null) : null);
}

/** All types of documents that contain a paper. The paper itself is first. */
export function typesOfPaper(paper: string): readonly string[] {
  return [paper, ...Object.keys(electronicPapers).filter((type) => electronicPapers[type] === paper)];
}

export interface Vehicle {
  readonly vin: string;
  readonly year: number;
  readonly make: string;
  readonly model: string;
  readonly mileage: number;
  readonly price: number;
}

/** The vehicle of an application, the same in all its papers. */
export function vehicleOf(seed: string, referenceDay: number, statedVin: string | null): Vehicle {
  const random = seededRandom(seed).stream('vehicle');
  const car = random.pick(cars);
  const age = random.int(1, 6);
  const year = yearOf(referenceDay) - age;
  // 49 CFR 565.15: the tenth character is the model year, in a cycle of thirty.
  const yearCode = 'ABCDEFGHJKLMNPRSTVWXY123456789'[(((year - 1980) % 30) + 30) % 30] ?? 'A';
  const serial = String(random.int(1, 999_999)).padStart(6, '0');
  return {
    vin: statedVin ?? withCheckDigit(`${car.vinStart}0${yearCode}${random.pick(['A', 'C', 'U'])}${serial}`),
    year,
    make: car.make,
    model: car.model,
    mileage: age * random.int(8_000, 14_000) + random.int(0, 999),
    price: Math.round(car.msrp * (1 - 0.09 * age)),
  };
}

export function makeApplicationPaper(
  type: ApplicationPaper,
  order: DocumentOrder,
  vehicle: Vehicle,
): JsonObject {
  const { random, wanted, referenceDay } = order;
  const applicants = wanted[type] === 'review' ? order.applicants.map(underSimilarName) : order.applicants;
  return {
    applicants: namedApplicants(applicants, { ssn: type === 'credit_application' }),
    is_signed: wanted[type] !== 'fail',
    signature_date: isoDay(referenceDay - random.int(0, 3)),
    ...(type === 'credit_application'
      ? { requested_amount: vehicle.price }
      : { vehicle: { vin: vehicle.vin, year: vehicle.year, make: vehicle.make, model: vehicle.model } }),
    ...particulars(type, order, vehicle),
  };
}

function particulars(type: ApplicationPaper, { random }: DocumentOrder, vehicle: Vehicle): JsonObject {
  switch (type) {
    case 'credit_application':
      return {};
    case 'retail_installment_sales_contract': {
      const months = random.pick([48, 60, 72]);
      const rate = random.int(450, 1_450) / 10_000;
      const financed = Math.round(vehicle.price * 90);
      const monthly = rate / 12;
      const payment = Math.round((financed * monthly) / (1 - (1 + monthly) ** -months));
      return {
        amount_financed: dollars(financed),
        annual_percentage_rate: Math.round(rate * 10_000) / 100,
        term_months: months,
        monthly_payment: dollars(payment),
        total_of_payments: dollars(payment * months),
        finance_charge: dollars(payment * months - financed),
      };
    }
    case 'odometer_statement':
      return { odometer_reading: vehicle.mileage };
    case 'bookout_sheet':
      return {
        guide: random.pick(['Black Book', 'J.D. Power', 'Kelley Blue Book']),
        retail_value: vehicle.price,
        mileage: vehicle.mileage,
      };
    case 'gap_waiver_contract':
      return { purchase_price: random.int(450, 950), term_months: random.pick([48, 60, 72]) };
    case 'vehicle_service_contract':
      return {
        purchase_price: random.int(1_200, 3_400),
        term_months: random.pick([36, 48, 60]),
        mileage_limit: 60_000,
      };
  }
}

/** The VIN that the registration states, or null. */
export function statedVin(registration: JsonObject): string | null {
  const vehicle = registration.vehicle;
  const vin = isJsonObject(vehicle) ? vehicle.vin : registration.vin;
  return typeof vin === 'string' && vin !== '' ? vin : null;
}

const vinWeights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
const vinValues = 'A1B2C3D4E5F6G7H8J1K2L3M4N5P7R9S2T3U4V5W6X7Y8Z9';

/** Sets the ninth character as 49 CFR 565.15(c) computes it. */
function withCheckDigit(vin: string): string {
  const value = (character: string): number =>
    /\d/.test(character) ? Number(character) : Number(vinValues[vinValues.indexOf(character) + 1]);
  const sum = [...vin].reduce(
    (total, character, index) => total + value(character) * (vinWeights[index] ?? 0),
    0,
  );
  const digit = sum % 11 === 10 ? 'X' : String(sum % 11);
  return vin.slice(0, 8) + digit + vin.slice(9);
}
