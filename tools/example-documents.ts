// Writes the example documents of docs/tour.md to examples/documents/: `node tools/example-documents.ts`.
// All data in them is invented. Each run gives the same bytes.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writePng } from '../test/fixtures/image-writer.ts';
import { PdfPage } from '../test/fixtures/pdf-page.ts';
import { writePdf } from '../test/fixtures/pdf-writer.ts';

const folder = fileURLToPath(new URL('../examples/documents/', import.meta.url));

const payslip = writePdf({ pages: [payslipPage()] });
const documents: Readonly<Record<string, Buffer>> = {
  'payslip.pdf': payslip,
  'contract.pdf': writePdf({ pages: contractPages() }),
  // The password is "payslip".
  'protected.pdf': writePdf({ pages: [payslipPage()], passwords: { user: 'payslip', owner: 'employer' } }),
  // Cut off in a dictionary before the first page is complete, which is more than readers repair.
  'broken.pdf': payslip.subarray(0, payslip.indexOf('/Resources')),
  'tiny.png': writePng(64, 48),
  'notes.txt': Buffer.from('Please find the payslip attached.\nIt is in the other file.\n', 'utf8'),
};

await mkdir(folder, { recursive: true });
for (const [name, bytes] of Object.entries(documents)) {
  await writeFile(join(folder, name), bytes);
  process.stdout.write(`${name} ${bytes.length} bytes\n`);
}

function payslipPage(): string {
  const page = new PdfPage();
  page.box(0, 724, 612, 68, 0.18);
  page.text(48, 762, 18, 'Harbor Light Logistics, Inc.', 'F2', 1);
  page.text(48, 742, 9, '1180 Wharf Street, Suite 400, Portland, ME 04101', 'F1', 0.85);
  page.text(404, 762, 14, 'EARNINGS STATEMENT', 'F2', 1).text(404, 742, 9, 'Advice no. 0048217', 'F1', 0.85);

  const facts = [
    ['Employee', 'Jordan A. Whitfield', 'Pay period', '03/01/2024 - 03/15/2024'],
    ['Employee ID', 'HL-20391', 'Pay date', '03/20/2024'],
    ['Address', '27 Alder Court, Portland, ME 04103', 'Pay frequency', 'Semi-monthly'],
    ['SSN', 'XXX-XX-4821', 'Department', 'Freight Operations'],
  ] as const;
  for (const [i, [label, value, label2, value2]] of facts.entries()) {
    const y = 696 - i * 17;
    page.text(48, y, 9, label, 'F1', 0.45).text(118, y, 9, value, 'F2');
    page.text(350, y, 9, label2, 'F1', 0.45).text(430, y, 9, value2, 'F2');
  }

  table(
    page,
    606,
    ['Earnings', 'Rate', 'Hours', 'This period', 'Year to date'],
    [
      ['Regular', '31.2500', '80.00', '2,500.00', '12,500.00'],
      ['Overtime', '46.8750', '6.50', '304.69', '1,171.88'],
      ['Holiday', '31.2500', '0.00', '0.00', '500.00'],
      ['Gross pay', '', '86.50', '2,804.69', '14,171.88'],
    ],
  );
  table(
    page,
    488,
    ['Deductions', '', '', 'This period', 'Year to date'],
    [
      ['Federal income tax', '', '', '-271.40', '-1,371.62'],
      ['Social Security (6.2 %)', '', '', '-173.89', '-878.66'],
      ['Medicare (1.45 %)', '', '', '-40.67', '-205.49'],
      ['Maine income tax', '', '', '-142.18', '-718.43'],
      ['Health insurance (pre-tax)', '', '', '-118.50', '-592.50'],
      ['401(k) 5 %', '', '', '-140.23', '-708.59'],
      ['Total deductions', '', '', '-886.87', '-4,475.29'],
    ],
  );

  page.box(48, 296, 516, 34, 0.92).text(60, 308, 12, 'Net pay', 'F2');
  page.number(452, 308, 12, '$1,917.82', 'F2').number(552, 308, 12, '$9,696.59', 'F2');
  page.text(48, 268, 9, 'Deposited to checking account ending 7730, Casco Bay Credit Union', 'F1', 0.3);
  page.line(48, 96, 564, 96);
  page.text(
    48,
    82,
    8,
    'This document is a made-up example. People, company and amounts do not exist.',
    'F1',
    0.45,
  );
  return page.content;
}

/** A table with a name column, two narrow columns and two columns of amounts; the last row is its sum. */
function table(
  page: PdfPage,
  top: number,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const rights = [0, 290, 350, 452, 552];
  page.box(48, top - 6, 516, 18, 0.88);
  for (const [i, title] of head.entries()) {
    // Titles are set from the left; their columns end at the right edges of the amounts.
    page.text(i === 0 ? 56 : (rights[i] ?? 0) - title.length * 4.6, top, 9, title, 'F2');
  }
  for (const [i, [name = '', ...cells]] of rows.entries()) {
    const y = top - 20 - i * 15;
    const last = i === rows.length - 1;
    if (last) page.line(48, y + 11, 564, y + 11);
    page.text(56, y, 9, name, last ? 'F2' : 'F1');
    for (const [n, cell] of cells.entries()) {
      if (cell !== '') page.number(rights[n + 1] ?? 0, y, 9, cell, last ? 'F2' : 'F1');
    }
  }
}

function contractPages(): readonly string[] {
  const first = new PdfPage().text(72, 716, 16, 'RETAIL INSTALLMENT SALES CONTRACT', 'F2');
  first
    .text(72, 696, 9, 'Contract no. RIC-2024-00317     Date: March 22, 2024', 'F1', 0.35)
    .line(72, 686, 540, 686);
  const parties = [
    ['Seller / Creditor', 'Bayside Auto Center, 540 Forest Avenue, Portland, ME 04101'],
    ['Buyer', 'Jordan A. Whitfield, 27 Alder Court, Portland, ME 04103'],
    ['Vehicle', '2022 Kestrel Outbound LX, VIN 1K9ZZ00X0NE000317, 24,118 miles'],
  ] as const;
  for (const [i, [label, value]] of parties.entries()) {
    first.text(72, 660 - i * 18, 10, label, 'F1', 0.45).text(170, 660 - i * 18, 10, value);
  }
  first.text(72, 590, 11, 'Truth in lending disclosures', 'F2');
  const figures = [
    ['Annual percentage rate', '6.90 %'],
    ['Amount financed', '$21,450.00'],
    ['Finance charge', '$3,973.20'],
    ['Total of payments (60 monthly payments of $423.72)', '$25,423.20'],
    ['Down payment', '$3,000.00'],
    ['Total sale price', '$28,423.20'],
  ] as const;
  for (const [i, [label, value]] of figures.entries()) {
    const y = 566 - i * 20;
    first.text(72, y, 10, label).line(72, y - 6, 540, y - 6, 0.3);
    if (value.endsWith('%')) first.text(508, y, 10, value, 'F2');
    else first.number(540, y, 10, value, 'F2');
  }
  paragraph(first, 420, [
    'The Buyer agrees to pay the Creditor the amount financed and the finance charge in monthly payments',
    'that are due on the 22nd of each month, the first on April 22, 2024. A payment that is more than ten',
    'days late is subject to a charge of 5 % of the payment. The Buyer may pay early without a penalty.',
  ]);
  first.text(72, 60, 8, 'Page 1 of 2 - a made-up example', 'F1', 0.45);

  const second = new PdfPage().text(72, 716, 11, 'Security interest and insurance', 'F2');
  paragraph(second, 694, [
    'The Creditor keeps a security interest in the vehicle until everything owed under this contract is paid.',
    'The Buyer keeps the vehicle insured against loss and damage for its value over the whole term.',
  ]);
  for (const [x, who] of [
    [72, 'Buyer: Jordan A. Whitfield'],
    [320, 'For the Creditor: R. Okafor, Finance Manager'],
  ] as const) {
    second
      .line(x, 560, x + 200, 560)
      .text(x, 546, 9, who)
      .text(x, 530, 9, 'Date: March 22, 2024', 'F1', 0.45);
  }
  second.text(72, 60, 8, 'Page 2 of 2 - a made-up example', 'F1', 0.45);
  return [first.content, second.content];
}

function paragraph(page: PdfPage, top: number, lines: readonly string[]): void {
  for (const [i, line] of lines.entries()) page.text(72, top - i * 14, 10, line);
}
